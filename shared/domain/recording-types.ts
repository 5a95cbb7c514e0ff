/** A container of sound or moving pictures. */
export interface RecordingType {
  mediaType: string;
  /** For people. */
  label: string;
  /** Usual ones, without the dot; the first is the most usual. */
  extensions: readonly string[];
  /** The one parser that may be let at it. */
  container: 'wav' | 'mp3' | 'flac' | 'ogg' | 'mov' | 'matroska' | 'avi';
}

/** Every kind of recording that can be taken in, told by its bytes. */
export const RECORDING_TYPES: readonly RecordingType[] = [
  { mediaType: 'audio/wav', label: 'WAV sound', container: 'wav', extensions: ['wav'] },
  { mediaType: 'audio/mpeg', label: 'MP3 sound', container: 'mp3', extensions: ['mp3'] },
  { mediaType: 'audio/flac', label: 'FLAC sound', container: 'flac', extensions: ['flac'] },
  { mediaType: 'audio/ogg', label: 'Ogg sound', container: 'ogg', extensions: ['ogg', 'oga', 'opus'] },
  { mediaType: 'video/ogg', label: 'Ogg video', container: 'ogg', extensions: ['ogv'] },
  { mediaType: 'audio/mp4', label: 'MPEG-4 sound', container: 'mov', extensions: ['m4a', 'm4b'] },
  { mediaType: 'video/mp4', label: 'MPEG-4 video', container: 'mov', extensions: ['mp4', 'm4v', '3gp'] },
  { mediaType: 'video/quicktime', label: 'QuickTime video', container: 'mov', extensions: ['mov'] },
  { mediaType: 'video/webm', label: 'WebM video', container: 'matroska', extensions: ['webm'] },
  { mediaType: 'video/x-matroska', label: 'Matroska video', container: 'matroska', extensions: ['mkv', 'mka'] },
  { mediaType: 'video/x-msvideo', label: 'AVI video', container: 'avi', extensions: ['avi'] },
];

/** Names of the artifact that a redacted recording is, by its type. */
export const REDACTED_RECORDINGS = { 'video/mp4': 'redacted.mp4', 'audio/mp4': 'redacted.m4a' } as const;

const BY_TYPE = new Map(RECORDING_TYPES.map((type) => [type.mediaType, type]));

/** Null for what is no recording. */
export const recordingType = (mediaType: string | null): RecordingType | null =>
  mediaType === null ? null : (BY_TYPE.get(mediaType) ?? null);
