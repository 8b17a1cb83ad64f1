// Runs before the first paint so that a dark page never flashes white. The rest of the theme is in src/ui/theme.ts.
(() => {
  let choice = 'system';
  try {
    choice = localStorage.getItem('netra-theme') ?? 'system';
  } catch {
    // Storage is blocked: follow the system.
  }
  const isDark =
    choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
})();
