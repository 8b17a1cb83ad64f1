import { useEffect, useState } from 'react';

/**
 * The token of a link, which stands after `#` so that no server or referrer sees it. It leaves the address bar at once.
 * Another link that is opened in the same tab changes only the fragment, so that is watched.
 */
export function useFragmentToken(): string {
  const [token, setToken] = useState(() => location.hash.slice(1));
  useEffect(() => {
    const take = () => {
      const found = location.hash.slice(1);
      if (found !== '') setToken(found);
      history.replaceState(history.state, '', location.pathname);
    };
    take();
    addEventListener('hashchange', take);
    return () => removeEventListener('hashchange', take);
  }, []);
  return token;
}
