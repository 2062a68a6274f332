/** What Confluent's registry sends and its clients ask for. */
export const contentType = 'application/vnd.schemaregistry.v1+json';
