import { permissionsOf } from '@netra/protocol';
import { poll } from '../../kit/poll.ts';
import type { ReasonRig } from './reason-rig.ts';

/** An operator ends every connection of the user. */
export async function disconnectByOperator(rig: ReasonRig, userId: string): Promise<void> {
  const operatorId = await rig.addUser();
  await rig.stack.auth.users.setRoles(operatorId, ['operator']);
  const token = await poll(
    async () => {
      const roles = ['user', 'operator'] as const;
      const taken = rig.token(operatorId, { roles, permissions: permissionsOf(roles) });
      const answer = await fetch(`${rig.stack.url}/v1/ops/connections`, {
        headers: { authorization: `Bearer ${taken}` },
      });
      return answer.ok ? taken : undefined;
    },
    { what: 'the operator to be one' },
  );
  const { items } = await rig.json(`/v1/ops/connections?user_id=${userId}`, { token });
  // The contract of the path.
  for (const { connection_id } of items as { connection_id: string }[]) {
    await fetch(`${rig.stack.url}/v1/ops/connections/${connection_id}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${token}` },
    });
  }
}
