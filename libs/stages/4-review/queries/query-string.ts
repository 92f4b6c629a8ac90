import { applyDecorators } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';
import { Problem } from '@weir/platform/http';
import { z } from 'zod';

/**
 * Checks the parameters behind the `?`.
 * @throws Problem 400 `invalid-filter` that names every parameter that is wrong
 */
export function queryOf<T>(parameters: unknown, schema: z.ZodType<T>): T {
  const result = schema.safeParse(parameters);
  if (result.success) return result.data;
  const violations = result.error.issues.map(({ path, message, code }) => ({
    path: path.map(String).join('.'),
    message: code === 'unrecognized_keys' ? `${message}; ${knownIn(schema)}` : message,
  }));
  const detail = violations.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
  throw new Problem(400, 'invalid-filter', 'Invalid filter', detail, { violations });
}

function knownIn(schema: z.ZodType): string {
  const known = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  return known.length === 0 ? 'no parameter is known here' : `known here: ${known.join(', ')}`;
}

/** Documents every parameter of the schema in OpenAPI, with its description and allowed values. */
export function ApiQueryOf(schema: z.ZodObject): MethodDecorator {
  return applyDecorators(
    ...Object.entries(schema.shape).map(([name, parameter]) => {
      const { description, ...rest } = z.toJSONSchema(parameter as z.ZodType, { io: 'input', unrepresentable: 'any' });
      delete rest.$schema;
      return ApiQuery({
        name,
        required: false,
        ...(description !== undefined && { description }),
        explode: false,
        schema: rest as NonNullable<Parameters<typeof ApiQuery>[0]> extends { schema?: infer S } ? S : never,
      });
    }),
  );
}
