import type { NetraError } from '@netra/client';
import type { ReactNode } from 'react';
import { Notice } from './Notice.tsx';
import { PlainText } from './PlainText.tsx';

/** An error in the words of the reason table: what happened, what in particular, what to do. */
export function ErrorNotice({
  error,
  actions,
}: {
  error: Pick<NetraError, 'code' | 'title' | 'detail' | 'fix'>;
  actions?: ReactNode;
}) {
  return (
    <Notice tone="problem" title={error.title} code={error.code} actions={actions}>
      {error.detail !== undefined && error.detail !== error.title && (
        <p>
          <PlainText>{error.detail}</PlainText>
        </p>
      )}
      <p>
        <PlainText>{error.fix}</PlainText>
      </p>
    </Notice>
  );
}
