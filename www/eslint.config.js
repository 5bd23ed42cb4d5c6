import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** Words belong into the message modules, where the compiler sees that no language misses one. */
const words = /\p{Letter}{2,}/u;
const spoken = new Set(['alt', 'aria-description', 'aria-label', 'aria-roledescription', 'aria-valuetext', 'placeholder', 'title']);
const noWordsInMarkup = {
  meta: { type: 'problem', schema: [], messages: { words: 'Move “{{text}}” into src/lib/messages.' } },
  create(context) {
    const check = (node, text) => {
      if (words.test(text)) context.report({ node, messageId: 'words', data: { text: text.trim() } });
    };
    return {
      SvelteText(node) {
        if (node.parent.type !== 'SvelteStyleElement' && node.parent.type !== 'SvelteScriptElement') check(node, node.value);
      },
      SvelteAttribute(node) {
        if (!spoken.has(node.key.name)) return;
        for (const value of node.value) if (value.type === 'SvelteLiteral') check(value, value.value);
      },
    };
  },
};

export default ts.config(
  { ignores: ['dist/', 'public/'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser } },
    rules: { 'no-undef': 'off', eqeqeq: ['error', 'always', { null: 'ignore' }], 'no-console': 'error' },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { extraFileExtensions: ['.svelte'], parser: ts.parser, svelteConfig } },
    plugins: { site: { rules: { 'no-words-in-markup': noWordsInMarkup } } },
    rules: {
      'site/no-words-in-markup': 'error',
      // Maps and addresses here are made, filled and read within one function; what is kept is replaced as a whole.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
);
