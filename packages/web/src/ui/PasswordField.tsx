import { Eye, EyeOff } from 'lucide-react';
import { type ComponentProps, useState } from 'react';
import { IconButton } from './IconButton.tsx';
import { TextField } from './TextField.tsx';

export function PasswordField(props: ComponentProps<typeof TextField>) {
  const [isShown, setShown] = useState(false);
  const Icon = isShown ? EyeOff : Eye;
  return (
    <TextField
      {...props}
      type={isShown ? 'text' : 'password'}
      extra={
        <IconButton
          label={isShown ? 'Hide what I type' : 'Show what I type'}
          className="absolute top-1 right-1"
          onClick={() => setShown(!isShown)}
        >
          <Icon size={17} aria-hidden="true" />
        </IconButton>
      }
    />
  );
}
