import { expect, test } from 'vitest';
import { serviceIdFinding } from './service-id.ts';

test.each([
  'netra-gateway',
  'gateway',
  'gateway-2',
  'gateway.eu-west1',
  'chat_backend',
  'netra-gateway-v2',
  'facade-service',
])('%s is an id that lasts', (id) => {
  expect(serviceIdFinding(id)).toBeUndefined();
});

test.each([
  ['gateway-00042-abc', 'Cloud Run revision'],
  ['gateway-6d4cf56db6-x7k2p', 'Kubernetes pod'],
  ['gateway-2026-01-31', 'a date'],
  ['gateway-20260131', 'a date'],
  ['gateway-1767225600', 'a timestamp'],
  ['gateway-1767225600000', 'a timestamp'],
  ['gateway-3f2a9c1', 'a commit'],
  ['gateway-3f2a9c1b7e60d4c8a1f5b2e3d4c5b6a798877665', 'a commit'],
  ['gateway-rev12', 'a revision or build number'],
  ['gateway-build-77', 'a revision or build number'],
  ['1b4e28ba-2fa1-11d2-883f-0016d3cca427', 'a UUID'],
])('%s is found: it looks like %s', (id, what) => {
  expect(serviceIdFinding(id)).toMatchObject({
    setting: 'SERVICE_ID',
    message: expect.stringContaining(what),
    fix: expect.stringContaining('SERVICE_ID=netra-gateway'),
  });
});
