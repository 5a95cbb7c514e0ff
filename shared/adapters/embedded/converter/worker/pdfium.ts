import { closeSync, fstatSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { init, type WrappedPdfiumModule } from '@embedpdf/pdfium';
import { RectoError } from '../../../../domain/errors.ts';

let loaded: Promise<WrappedPdfiumModule> | null = null;

/** The PDF engine, compiled to WebAssembly; initialised once for the process. */
export function pdfium(): Promise<WrappedPdfiumModule> {
  loaded ??= (async () => {
    const binary = readFileSync(fileURLToPath(import.meta.resolve('@embedpdf/pdfium/pdfium.wasm')));
    const engine = await init({ wasmBinary: Uint8Array.from(binary).buffer });
    engine.PDFiumExt_Init();
    return engine;
  })();
  return loaded;
}

/** The engine's memory; it moves when it grows, so it is asked for at every use. */
export function heap(engine: WrappedPdfiumModule): Uint8Array {
  // Present at run time; the package's types leave it to Emscripten's, which it does not bring.
  const memory: unknown = Reflect.get(engine.pdfium, 'HEAPU8');
  if (!(memory instanceof Uint8Array)) throw new TypeError('the PDF engine shows no memory');
  return memory;
}

/** Memory of the engine for the time of `use`. */
export function withMemory<T>(engine: WrappedPdfiumModule, bytes: number, use: (pointer: number) => T): T {
  const pointer = engine.pdfium.wasmExports.malloc(bytes);
  if (pointer === 0) throw new RectoError('conversion_crashed', 'The PDF engine ran out of memory on this file.');
  try {
    return use(pointer);
  } finally {
    engine.pdfium.wasmExports.free(pointer);
  }
}

export interface OpenPdf {
  engine: WrappedPdfiumModule;
  document: number;
  pageCount: number;
  close(): void;
}

const ERRORS: Readonly<Record<number, () => RectoError>> = {
  4: () => new RectoError('password_required', 'The PDF needs a password to be opened. Send it with the document.'),
  5: () =>
    new RectoError(
      'file_corrupt',
      'The PDF is protected by a method that is not supported. Save it without protection.',
    ),
};

/**
 * Opens a PDF from a file, reading it in ranges as the engine asks. Errors: `password_required` (none given),
 * `password_wrong`, `file_corrupt`, `file_truncated`.
 */
export async function openPdf(file: string, password: string | null): Promise<OpenPdf> {
  const engine = await pdfium();
  const runtime = engine.pdfium;
  const fd = openSync(file, 'r');
  const size = fstatSync(fd).size;
  const getBlock = runtime.addFunction((_: number, position: number, buffer: number, length: number) => {
    const target = heap(engine).subarray(buffer, buffer + length);
    return readSync(fd, target, 0, length, position >>> 0) === length ? 1 : 0;
  }, 'iiiii');
  // FPDF_FILEACCESS: file length, callback, its parameter.
  const access = runtime.wasmExports.malloc(12);
  runtime.setValue(access, size, 'i32');
  runtime.setValue(access + 4, getBlock, 'i32');
  runtime.setValue(access + 8, 0, 'i32');
  const release = (): void => {
    runtime.wasmExports.free(access);
    runtime.removeFunction(getBlock);
    closeSync(fd);
  };
  const document = engine.FPDF_LoadCustomDocument(access, password ?? '');
  if (document === 0) {
    const code = engine.FPDF_GetLastError();
    const tail = Buffer.alloc(Math.min(2048, size));
    readSync(fd, tail, 0, tail.length, size - tail.length);
    release();
    if (code === 4 && password !== null && password !== '')
      throw new RectoError(
        'password_wrong',
        'The password does not open the PDF. Check it and send the document again.',
      );
    const known = ERRORS[code];
    if (known !== undefined) throw known();
    if (!tail.includes('%%EOF'))
      throw new RectoError(
        'file_truncated',
        'The PDF ends before its content does, or has no content that can be read. Send the whole file again.',
      );
    throw new RectoError(
      'file_corrupt',
      'The PDF is damaged: its structure cannot be read. Save it again with the program that made it.',
    );
  }
  const pageCount = engine.FPDF_GetPageCount(document);
  const close = (): void => {
    engine.FPDF_CloseDocument(document);
    release();
  };
  if (pageCount < 1) {
    close();
    throw new RectoError('file_corrupt', 'The PDF has no page that can be read.');
  }
  return { engine, document, pageCount, close };
}

/** Saves a document of the engine to a file, in pieces as they come. */
export function savePdf(engine: WrappedPdfiumModule, document: number, file: string, flags: number): void {
  const runtime = engine.pdfium;
  const fd = openSync(file, 'wx', 0o600);
  let failure: unknown = null;
  const writeBlock = runtime.addFunction((_: number, data: number, length: number) => {
    try {
      let at = 0;
      while (at < length) at += writeSync(fd, heap(engine), data + at, length - at);
      return 1;
    } catch (error) {
      failure = error;
      return 0;
    }
  }, 'iiii');
  try {
    // FPDF_FILEWRITE: version, callback.
    const ok = withMemory(engine, 8, (writer) => {
      runtime.setValue(writer, 1, 'i32');
      runtime.setValue(writer + 4, writeBlock, 'i32');
      return engine.FPDF_SaveAsCopy(document, writer, flags);
    });
    if (failure !== null) throw failure;
    if (!ok) throw new RectoError('conversion_failed', 'The PDF could be read but not written again.');
  } finally {
    runtime.removeFunction(writeBlock);
    closeSync(fd);
  }
}
