import { PasswordField } from '../ui/PasswordField.tsx';

/** The server's own limits; it checks them again. */
const passwordChars = { min: 8, max: 128 };

/** A password that is being chosen. */
export function NewPasswordField({ label, autoFocus }: { label: string; autoFocus?: boolean }) {
  return (
    <PasswordField
      label={label}
      name="password"
      autoComplete="new-password"
      hint={`At least ${passwordChars.min} characters, and none that many people use.`}
      minLength={passwordChars.min}
      maxLength={passwordChars.max}
      required
      autoFocus={autoFocus}
    />
  );
}
