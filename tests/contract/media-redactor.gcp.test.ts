import { describe } from 'vitest';
import { createMediaRedactor } from '#shared/adapters/gcp/media-redactor.ts';
import { absentMediaRedactorContract } from './media-redactor.ts';

describe('recordings in the cloud', () => absentMediaRedactorContract(createMediaRedactor));
