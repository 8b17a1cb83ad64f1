import { Monitor, Moon, Sun } from 'lucide-react';
import { IconButton } from './IconButton.tsx';
import { Menu, MenuChoice } from './Menu.tsx';
import { chooseTheme, type ThemeChoice, useThemeChoice } from './theme.ts';

const icons = { system: Monitor, light: Sun, dark: Moon };
const labels: Record<ThemeChoice, string> = { system: 'System', light: 'Light', dark: 'Dark' };
const order: readonly ThemeChoice[] = ['system', 'light', 'dark'];

export function ThemeMenu({ side = 'bottom' }: { side?: 'top' | 'bottom' }) {
  const choice = useThemeChoice();
  const Icon = icons[choice];
  const choices = order.map((value) => {
    const ChoiceIcon = icons[value];
    return { value, label: labels[value], icon: <ChoiceIcon size={16} aria-hidden="true" /> };
  });
  return (
    <Menu
      side={side}
      trigger={
        <IconButton label={`Theme: ${labels[choice]}`} data-testid="theme-toggle">
          <Icon size={17} aria-hidden="true" />
        </IconButton>
      }
    >
      <MenuChoice label="Theme" value={choice} choices={choices} onChoose={chooseTheme} />
    </Menu>
  );
}
