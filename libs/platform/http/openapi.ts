import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { cleanupOpenApiDoc } from 'nestjs-zod';

export interface ApiTitle {
  readonly title: string;
  readonly description?: string;
  readonly version: string;
}

/** The OpenAPI 3.1 document of an application's routes. */
export function openApiDocument(app: NestFastifyApplication, { title, description, version }: ApiTitle): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(title)
    .setDescription(description ?? '')
    .setVersion(version)
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'The token of this installation.' })
    .addSecurityRequirements('bearer')
    .build();
  const document = SwaggerModule.createDocument(app, config);
  restoreNullables(document);
  return cleanupOpenApiDoc(document, { version: '3.1' });
}

/** Set by nestjs-zod on a property whose JSON Schema has no single type. */
const withoutOneType = 'x-nestjs_zod-empty-type';

/**
 * zod writes a nullable string as `type: ['string', 'null']`, which Nest's Swagger module takes for an array of strings.
 * Where nestjs-zod has marked the property it cannot be an array, and what was meant is put back.
 */
function restoreNullables(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  const marked = node as { schema?: unknown; type?: unknown; items?: unknown; anyOf?: unknown };
  const schema = (
    typeof marked.schema === 'object' && marked.schema !== null ? marked.schema : marked
  ) as typeof marked;
  if (withoutOneType in marked && schema.type === 'array' && schema.items !== undefined) {
    schema.anyOf = [schema.items, { type: 'null' }];
    delete schema.items;
    schema.type = '';
  }
  Object.values(node).forEach(restoreNullables);
}

/** Serves the document as `/docs-json` and `/docs-yaml` and its pages under `/docs`. */
export function serveApiDocumentation(app: NestFastifyApplication, title: ApiTitle): void {
  SwaggerModule.setup('docs', app, () => openApiDocument(app, title), { customSiteTitle: title.title });
}
