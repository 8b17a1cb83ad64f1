import { permissionsOf } from '@netra/protocol';
import type { ReasonRig } from './reason-rig.ts';

/** An operator ends every connection of the user. */
export async function disconnectByOperator(rig: ReasonRig, userId: string): Promise<void> {
  const { url } = rig.stack;
  const token = await operatorToken(rig);
  const { items } = await rig.json(`/v1/ops/connections?user_id=${userId}`, { token });
  // The contract of the path.
  for (const { connection_id: id } of items as { connection_id: string }[]) {
    const path = new URL(`/v1/ops/connections/${id}`, url);
    await fetch(path, { method: 'DELETE', headers: { authorization: `Bearer ${token}` } });
  }
}

async function operatorToken(rig: ReasonRig): Promise<string> {
  const roles = ['user', 'operator'] as const;
  const userId = await rig.addUser();
  await rig.stack.auth.users.setRoles(userId, [...roles]);
  // A change of roles revokes what was issued before it, to the second.
  rig.stack.advance(1_000);
  return rig.token(userId, { roles, permissions: permissionsOf(roles) });
}
