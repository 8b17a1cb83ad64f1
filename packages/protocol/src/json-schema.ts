import { z } from 'zod';
import { clientFrameSchema } from './client-frames.ts';
import {
  apiKeyPageSchema,
  createApiKeyBodySchema,
  createdApiKeySchema,
  e2eTokenBodySchema,
  provisionUserBodySchema,
} from './credentials.ts';
import {
  opsAttemptPageSchema,
  opsConnectionPageSchema,
  opsKeysSchema,
  opsRefusalsSchema,
  opsStatusSchema,
} from './ops.ts';
import { problemSchema } from './problem.ts';
import {
  agentPageSchema,
  attemptSummarySchema,
  createThreadBodySchema,
  decideApprovalBodySchema,
  directoryUserSchema,
  eventPageSchema,
  messagePageSchema,
  serviceTokenResponseSchema,
  startRunBodySchema,
  startRunResponseSchema,
  threadPageSchema,
  ticketBodySchema,
  ticketResponseSchema,
  tokenResponseSchema,
  updateThreadBodySchema,
  validateResponseSchema,
} from './rest.ts';
import { revocationPageSchema } from './revocations.ts';
import { serverFrameSchema } from './server-frames.ts';
import { serviceProofBodySchema, serviceProofResponseSchema, signingKeysSchema } from './service-proof.ts';
import { threadEventSchema } from './thread-events.ts';

const DOCUMENTS = {
  'client-frame': clientFrameSchema,
  'server-frame': serverFrameSchema,
  'thread-event': threadEventSchema,
  problem: problemSchema,
  'thread-page': threadPageSchema,
  'message-page': messagePageSchema,
  'event-page': eventPageSchema,
  'agent-page': agentPageSchema,
  'create-thread-body': createThreadBodySchema,
  'update-thread-body': updateThreadBodySchema,
  'start-run-body': startRunBodySchema,
  'start-run-response': startRunResponseSchema,
  'decide-approval-body': decideApprovalBodySchema,
  'ticket-body': ticketBodySchema,
  'ticket-response': ticketResponseSchema,
  'token-response': tokenResponseSchema,
  'validate-response': validateResponseSchema,
  'directory-user': directoryUserSchema,
  'service-token-response': serviceTokenResponseSchema,
  'create-api-key-body': createApiKeyBodySchema,
  'created-api-key': createdApiKeySchema,
  'api-key-page': apiKeyPageSchema,
  'e2e-token-body': e2eTokenBodySchema,
  'provision-user-body': provisionUserBodySchema,
  'revocation-page': revocationPageSchema,
  'service-proof-body': serviceProofBodySchema,
  'service-proof-response': serviceProofResponseSchema,
  'signing-keys': signingKeysSchema,
  'attempt-summary': attemptSummarySchema,
  'ops-status': opsStatusSchema,
  'ops-attempt-page': opsAttemptPageSchema,
  'ops-refusals': opsRefusalsSchema,
  'ops-connection-page': opsConnectionPageSchema,
  'ops-keys': opsKeysSchema,
} as const;

/** JSON Schema (2020-12) of each frame and body: file name without ending → text of the file. */
export function jsonSchemaFiles(): Map<string, string> {
  return new Map(
    Object.entries(DOCUMENTS).map(([name, schema]) => {
      const document = { title: name, ...z.toJSONSchema(schema, { io: 'input' }) };
      return [name, `${JSON.stringify(document, null, 2)}\n`];
    }),
  );
}
