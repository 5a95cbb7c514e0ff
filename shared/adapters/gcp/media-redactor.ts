import type { MediaRedactor } from '../../ports/media-redactor.ts';
import { noMediaRedactor } from '../support/no-media-redactor.ts';

/** No function and no service in the cloud has ffmpeg; uploads of recordings are refused there. */
export const createMediaRedactor = (): MediaRedactor => noMediaRedactor('the installation in the cloud has no ffmpeg');
