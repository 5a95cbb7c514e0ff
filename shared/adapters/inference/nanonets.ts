/** How a vision-language model is asked to read a page. */
export interface VisionPreset {
  /** As the server calls it. */
  model: string;
  prompt: string;
  maxTokens: number;
  /** Above 1 it keeps the model from repeating itself, and from writing down a column of equal numbers as well. */
  repetitionPenalty: number;
}

/** Word by word as the model cards of Nanonets-OCR-s and Nanonets-OCR2 have it: the models were trained on it. */
const PROMPT =
  'Extract the text from the above document as if you were reading it naturally. Return the tables in html format. ' +
  'Return the equations in LaTeX representation. If there is an image in the document and image caption is not present, ' +
  'add a small description of the image inside the <img></img> tag; otherwise, add the image caption inside <img></img>. ' +
  'Watermarks should be wrapped in brackets. Ex: <watermark>OFFICIAL COPY</watermark>. Page numbers should be wrapped in ' +
  'brackets. Ex: <page_number>14</page_number> or <page_number>9/22</page_number>. Prefer using ☐ and ☑ for check boxes.';

const nanonets = (model: string): VisionPreset => ({
  model,
  prompt: PROMPT,
  // What the cards call it with; a page of dense tables needs about 8,000.
  maxTokens: 15_000,
  repetitionPenalty: 1,
});

export const VISION_PRESETS: Readonly<Record<string, VisionPreset>> = {
  'nanonets-ocr-s': nanonets('nanonets/Nanonets-OCR-s'),
  'nanonets-ocr2-3b': nanonets('nanonets/Nanonets-OCR2-3B'),
};

/** For a model that is none of these, the same words: they ask for nothing that only one model knows. */
export const visionPreset = (engine: string, model: string | null): VisionPreset => {
  const known = VISION_PRESETS[engine];
  return { ...(known ?? nanonets(engine)), ...(model === null ? {} : { model }) };
};
