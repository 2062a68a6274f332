import { parseSchema, SchemaError } from '@parley/contracts';
import type { SchemaNode } from '@parley/contracts';
import { refuse } from './answer.js';
import type { Answer } from './answer.js';

/** The schema in a client's question, read; or the refusal to answer with. */
export type SchemaRequest = { readonly kind: 'schema'; readonly schema: SchemaNode } | { readonly kind: 'refused'; readonly answer: Answer };

/** Reads `{"schema": "…", "schemaType": "AVRO", "references": []}`; what else clients send along (version, id, metadata) changes no answer. */
export function schemaRequestOf(body: unknown): SchemaRequest {
  if (typeof body !== 'object' || body === null) return refused(refuse('unprocessable', 'The body must be JSON: {"schema": "<the schema as text>"}.'));
  const { schema, schemaType = 'AVRO', references = [] } = body as { schema?: unknown; schemaType?: unknown; references?: unknown };
  if (typeof schema !== 'string' || schema === '') return refused(refuse('invalidSchema', 'Empty schema: the body needs "schema", the Avro schema as text.'));
  if (schemaType !== null && schemaType !== 'AVRO') return refused(refuse('invalidSchema', 'Invalid schema type: only AVRO is kept here.'));
  if (Array.isArray(references) && references.length > 0) return refused(refuse('invalidSchema', 'Invalid schema: references are not used here, write every named type out.'));
  try {
    return { kind: 'schema', schema: parseSchema(schema) };
  } catch (error) {
    if (error instanceof SchemaError) return refused(refuse('invalidSchema', `Invalid schema: ${error.message}`));
    throw error;
  }
}

function refused(answer: Answer): SchemaRequest {
  return { kind: 'refused', answer };
}
