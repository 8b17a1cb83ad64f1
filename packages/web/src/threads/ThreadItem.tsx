import type { Threads } from '@netra/client';
import type { Thread } from '@netra/protocol';
import { Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { Link } from 'wouter';
import { classNames } from '../ui/class-names.ts';
import { Menu, MenuItem } from '../ui/Menu.tsx';
import { RenameField } from './RenameField.tsx';
import { threadTitle } from './thread-title.ts';

type ThreadItemProps = {
  thread: Thread;
  threads: Threads;
  isCurrent: boolean;
  onDelete: (thread: Thread) => void;
  onOpen: () => void;
};

export function ThreadItem({ thread, threads, isCurrent, onDelete, onOpen }: ThreadItemProps) {
  const [isRenaming, setRenaming] = useState(false);
  const keepsFocus = useRef(false);
  const title = threadTitle(thread);
  if (isRenaming) {
    return (
      <li>
        <RenameField
          title={title}
          onRename={async (next) => {
            await threads.rename(thread.thread_id, next);
          }}
          onClose={() => setRenaming(false)}
        />
      </li>
    );
  }
  return (
    <li
      className={classNames(
        'group relative flex items-center rounded-lg transition-colors',
        isCurrent ? 'bg-accent-soft' : 'hover:bg-hover focus-within:bg-hover',
      )}
    >
      <Link
        href={`/chat/${thread.thread_id}`}
        onClick={onOpen}
        aria-current={isCurrent ? 'page' : undefined}
        title={title}
        className={classNames(
          'min-w-0 flex-1 truncate rounded-lg py-2 pr-9 pl-3 text-sm',
          isCurrent ? 'font-medium text-ink' : 'text-ink-soft group-hover:text-ink',
        )}
      >
        {title}
      </Link>
      <Menu
        onCloseAutoFocus={(event) => {
          if (keepsFocus.current) event.preventDefault();
          keepsFocus.current = false;
        }}
        trigger={
          <button
            type="button"
            aria-label={`Options for ${title}`}
            className={classNames(
              'absolute right-1 grid size-7 place-items-center rounded-md text-ink-faint transition-opacity hover:bg-hover hover:text-ink',
              'focus-visible:opacity-100 data-[state=open]:opacity-100',
              !isCurrent && 'group-hover:opacity-100 pointer-fine:opacity-0',
            )}
          >
            <Ellipsis size={16} aria-hidden="true" />
          </button>
        }
      >
        <MenuItem
          icon={<Pencil size={15} aria-hidden="true" />}
          onSelect={() => {
            keepsFocus.current = true;
            setRenaming(true);
          }}
        >
          Rename
        </MenuItem>
        <MenuItem
          icon={<Trash2 size={15} aria-hidden="true" />}
          isDangerous
          onSelect={() => onDelete(thread)}
        >
          Delete
        </MenuItem>
      </Menu>
    </li>
  );
}
