import { relative } from 'node:path';
import { cast } from './sandbox/cast.js';
import type { Sandbox } from './sandbox/sandbox-file.js';

export interface GreetingFacts {
  readonly address: string;
  readonly folder: string;
  readonly sandbox: Sandbox;
  readonly fresh: boolean;
  /** Where data lies if not in the folder. */
  readonly databaseUrl: string | null;
}

/** What a person needs next, to be read and copied from a terminal. */
export function greeting({ address, folder, sandbox, fresh, databaseUrl }: GreetingFacts): string {
  const { business, number, wire, customer, template } = cast;
  const place = relative(process.cwd(), folder) || folder;
  const data = databaseUrl === null ? `Data: ${place}/` : `Data: the database in PARLEY_DATABASE_URL; keys: ${place}/`;
  const messages = `${address}/gateway/v23.0/${wire.phoneNumberId}/messages`;
  const text = JSON.stringify({ messaging_product: 'whatsapp', to: customer.phone, type: 'text', text: { body: 'Hello! Yes, we are open.' } });
  const parameters = ['A-1042', 'Friday'].map((value) => ({ type: 'text', text: value }));
  const shipping = JSON.stringify({
    messaging_product: 'whatsapp',
    to: customer.phone,
    type: 'template',
    template: { name: template.name, language: { code: template.language }, components: [{ type: 'body', parameters }] },
  });
  return `
Parley runs at ${address}   (${data}. Ctrl-C stops it; the next start goes on from here.)

  ${fresh ? 'A sandbox was made' : 'The sandbox'}: ${business.name}, ${business.zone}, ${business.currency}
    its number        +${number.phone}   (phone number id ${wire.phoneNumberId}, account id ${wire.wabaId})
    token, software   ${sandbox.apiToken}
    token, by hand    ${sandbox.appToken}
    app secret        ${sandbox.appSecret}
    platform API key  ${sandbox.apiKey}
    a customer        +${customer.phone}   (${place}/phone; any number can be registered with the code ${sandbox.code})

  1. Be the customer and the business in a browser: write, answer, and see what it costs. The link signs you in.
       ${address}/console/?view=phone#key=${sandbox.apiKey}&token=${sandbox.apiToken}&code=${sandbox.code}
     Or be the customer in another terminal.
       npx parley phone

  2. Answer as the business's software. Within 24 h of the customer's message it is free, later it costs.
       curl ${messages} -H 'Authorization: Bearer ${sandbox.apiToken}' \\
         -H 'Content-Type: application/json' -d '${text}'

  3. Send a template.
       curl ${messages} -H 'Authorization: Bearer ${sandbox.apiToken}' \\
         -H 'Content-Type: application/json' -d '${shipping}'

  4. The same with @kapso/whatsapp-cloud-api:
       const client = new WhatsAppClient({ baseUrl: '${address}/gateway', graphVersion: 'v23.0', accessToken: '${sandbox.apiToken}' });
       await client.messages.sendText({ phoneNumberId: '${wire.phoneNumberId}', to: '${customer.phone}', body: 'Hello!' });

  5. See the window, and what was charged, with the evidence for each charge.
       curl ${address}/windows/v1/conversations/${business.businessId}.${sandbox.contactId} -H 'Authorization: Bearer ${sandbox.apiKey}'
       curl ${address}/billing/v1/charges -H 'Authorization: Bearer ${sandbox.apiKey}'

  6. See it in a browser: what was spent, what late replies cost, which windows close soon. The link signs you in.
       ${address}/console/#key=${sandbox.apiKey}

  What is where: ${address}/   Health: ${address}/health/ready   Metrics: ${address}/metrics
`;
}
