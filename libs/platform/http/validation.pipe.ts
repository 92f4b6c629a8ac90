import type { PipeTransform, Type } from '@nestjs/common';
import { createZodValidationPipe } from 'nestjs-zod';
import { ZodError } from 'zod';
import { Problem } from './problem';

/** Most violations that are listed. */
const maxViolations = 50;

/** Refuses input that does not meet its zod schema (a DTO of `createZodDto`), naming each place. */
export const ValidationPipe: Type<PipeTransform> = createZodValidationPipe({
  createValidationException: (error: unknown) => {
    if (!(error instanceof ZodError)) return new Error('The input could not be checked.', { cause: error });
    const violations = error.issues
      .slice(0, maxViolations)
      .map(({ path, message, code }) => ({ path: path.map(String).join('.'), code, message }));
    const detail = violations.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
    return new Problem(422, 'invalid-request', 'Unprocessable Entity', detail.slice(0, 2000), { violations });
  },
});
