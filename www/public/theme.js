// Runs before anything else on the page, as a file of its own, because the policy allows no inline script.

// The remembered theme and language, before the first paint.
try {
  const { theme, locale } = JSON.parse(localStorage.getItem('reelcheck.preferences') ?? '{}');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  if (locale === 'zh-Hans') document.documentElement.lang = locale;
} catch {
  // Storage may be switched off or hold something else; the page then follows the system.
}

// The policy in the page cannot know where the page will lie, and can only allow workers from anywhere on this site. Here the
// address is known: a second policy narrows it down to the one file that keeps the page for use offline. All other workers
// are made from blobs, which inherit both policies.
{
  const address = new URL('./sw.js', document.baseURI);
  const file = `${address.origin}${address.pathname}`.replaceAll(';', '%3B').replaceAll(',', '%2C');
  const policy = document.createElement('meta');
  policy.httpEquiv = 'Content-Security-Policy';
  policy.content = `worker-src blob: ${file}`;
  document.head.append(policy);
}
