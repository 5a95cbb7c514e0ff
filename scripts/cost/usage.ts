/** What the model takes as given. */
export const USAGE = {
  gpuPagesPerSecond: 5,
  cpuPagesPerSecond: 2,
  /** Share of the time that a GPU instance is up in which it reads pages. */
  utilisation: 0.5,
  /** Pages without a text layer that can be trusted. */
  ocrShare: 1,
  pagesPerDocument: 3,
  converterSecondsPerPage: 0.5,
  functionSecondsPerPage: 0.7,
  requestsPerDocument: 25,
  messagesPerDocument: 9,
  readsPerDocument: 62,
  writesPerDocument: 31,
  mibPerPage: 1.1,
  objectsPerPage: 2.5,
  downloadedMibPerPage: 0.1,
  logKibPerDocument: 8,
};
export type Usage = Readonly<typeof USAGE>;

/** How each number was come by. */
export const USAGE_FROM: Readonly<Record<keyof Usage, string>> = {
  gpuPagesPerSecond: 'assumed: not yet measured on an L4',
  cpuPagesPerSecond: 'docs/benchmarks.md, "OCR": 2.05 s of one core a page (fp32), on four cores',
  utilisation: 'assumed: bursts, and minutes of waiting before an instance ends',
  ocrShare: 'assumed: the dearest case, everything is scanned',
  pagesPerDocument: 'assumed',
  converterSecondsPerPage: 'assumed: renders each page, makes and checks the redacted PDF',
  functionSecondsPerPage: 'assumed: steps, most of it waiting for OCR, two at a time in an instance',
  requestsPerDocument: 'estimated: 6 steps with their pushes, calls of converter and OCR, API',
  messagesPerDocument: 'estimated: arrival, 6 steps, page ranges, webhook',
  readsPerDocument: 'estimated: claim, dispatch and end of each step; its usage, summed up',
  writesPerDocument: 'estimated: as the reads',
  mibPerPage: 'assumed: source 0.2, page image 0.8, OCR and text 0.1',
  objectsPerPage: "estimated: page image, OCR, its share of the document's",
  downloadedMibPerPage: 'assumed: results are fetched once, page images are not',
  logKibPerDocument: 'estimated: a dozen lines',
};
