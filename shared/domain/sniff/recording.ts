// biome-ignore-all lint/suspicious/noControlCharactersInRegex: magic bytes are matched here
import { type Sniffed, truncated } from './byte-reader.ts';

/** Brands of ISO 14496-12 files that hold sound or moving pictures; HEIF and AVIF are pictures of the same make. */
const VIDEO_BRANDS = /^(?:isom|iso[2-9]|mp4[12]|mp71|avc1|M4V |M4VH|dash|3g[p2][0-9a-z]|MSNV|f4v |mmp4)/;
const AUDIO_BRANDS = /^(?:M4A |M4B )/;

/**
 * The type of a recording of `size` bytes by its first ones (latin-1, 4 KiB); null for what is none. Containers that name other files
 * (playlists, lists to be joined) have no magic bytes and are what their bytes are: text. Error: `file_truncated`.
 */
export function sniffRecording(head: string, size: number): Sniffed | null {
  const mediaType = typeOf(head);
  if (head.startsWith('RIFF') && mediaType !== null && cutOff(head, size)) throw truncated();
  return mediaType === null ? null : { mediaType, encrypted: false, pages: null, flags: [] };
}

/** A RIFF says how long it is, save those that were written as they came: 0 or the most there is. Its end may be padding. */
function cutOff(head: string, size: number): boolean {
  const claimed = [7, 6, 5, 4].reduce((sum, at) => sum * 256 + head.charCodeAt(at), 0);
  return claimed < 0xffff_0000 && claimed + 7 > size;
}

function typeOf(head: string): string | null {
  if (/^RIFF.{4}WAVE(?:fmt |LIST|JUNK|bext|fact|ds64)/s.test(head)) return 'audio/wav';
  if (/^RIFF.{4}AVI LIST/s.test(head)) return 'video/x-msvideo';
  if (head.startsWith('fLaC\x00\x00\x00\x22')) return 'audio/flac';
  if (head.startsWith('OggS\x00\x02')) return ogg(head);
  if (/^.{4}ftyp/s.test(head)) return isoMedia(head.slice(8, 12));
  if (head.startsWith('\x1aE\xdf\xa3')) return matroska(head.slice(0, 64));
  return /^ID3[\x02-\x04][^\xff]/.test(head) || isMp3(head) ? 'audio/mpeg' : null;
}

function isoMedia(brand: string): string | null {
  if (AUDIO_BRANDS.test(brand)) return 'audio/mp4';
  if (brand === 'qt  ') return 'video/quicktime';
  return VIDEO_BRANDS.test(brand) ? 'video/mp4' : null;
}

/** DocType (0x4282) stands in the EBML header, within its first few dozen bytes. */
function matroska(head: string): string | null {
  if (head.includes('\x42\x82\x84webm')) return 'video/webm';
  return head.includes('\x42\x82\x88matroska') ? 'video/x-matroska' : null;
}

/** RFC 3533: the first page holds the first packet of the first stream, which names its codec. */
function ogg(head: string): string | null {
  const packet = head.slice(27 + head.charCodeAt(26));
  if (/^(?:\x01vorbis|OpusHead|\x7fFLAC|Speex {3})/.test(packet)) return 'audio/ogg';
  return /^(?:\x80theora|fishead\x00)/.test(packet) ? 'video/ogg' : null;
}

/** ISO 11172-3 and 13818-3, layer III: kbit/s by index. */
const KBITS = {
  1: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
} as const;
const HERTZ = [44_100, 48_000, 32_000] as const;

/** Without a tag it has no magic bytes but the head of a frame, eleven bits: so two frames, one behind the other. */
function isMp3(head: string): boolean {
  const length = frameLength(head, 0);
  return length !== null && frameLength(head, length) !== null;
}

/** Bytes of the layer III frame that begins there; null where none does. */
function frameLength(head: string, at: number): number | null {
  const [sync, second, third] = [head.charCodeAt(at), head.charCodeAt(at + 1), head.charCodeAt(at + 2)];
  // Eleven bits of sync, and layer III.
  if (sync !== 0xff || (second & 0xe6) !== 0xe2) return null;
  const version = (second >> 3) & 3;
  if (version === 1) return null;
  const first = version === 3;
  const kbits = KBITS[first ? 1 : 2][third >> 4];
  const hertz = HERTZ[(third >> 2) & 3];
  if (kbits === undefined || kbits === 0 || hertz === undefined) return null;
  const rate = hertz / (first ? 1 : version === 2 ? 2 : 4);
  return Math.floor(((first ? 144_000 : 72_000) * kbits) / rate) + ((third >> 1) & 1);
}
