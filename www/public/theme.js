// Sets the remembered theme and language before the first paint. A file of its own, because the policy allows no inline script.
try {
  const { theme, locale } = JSON.parse(localStorage.getItem('reelcheck.preferences') ?? '{}');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  if (locale === 'zh-Hans') document.documentElement.lang = locale;
} catch {
  // Storage may be switched off or hold something else; the page then follows the system.
}
