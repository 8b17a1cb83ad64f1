import type { SignInOptions } from '@netra/client';
import { Button } from '../ui/Button.tsx';
import { useSubmit } from '../ui/use-submit.ts';
import { EntryError } from './EntryError.tsx';
import { keepWantedPath, wantedPath } from './entry-address.ts';
import { useSession } from './session-context.ts';

/** Signing in with another service: the browser goes there and comes back. */
export function ProviderButtons({ providers }: Pick<SignInOptions, 'providers'>) {
  const { account } = useSession();
  const { submit, isBusy, error } = useSubmit(async (providerId: string) => {
    const paths = { returnPath: wantedPath(), errorPath: keepWantedPath('/sign-in') };
    location.assign(await account.signInWith(providerId, paths));
  });
  if (providers.length === 0) return null;
  return (
    <div className="grid gap-3">
      <p className="flex items-center gap-3 text-sm text-ink-soft before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
        or
      </p>
      <EntryError error={error} />
      {providers.map(({ id, name }) => (
        <Button key={id} disabled={isBusy} className="h-11 w-full min-w-0" onClick={() => submit(id)}>
          <span className="truncate">Continue with {name}</span>
        </Button>
      ))}
    </div>
  );
}
