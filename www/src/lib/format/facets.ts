// Facets and their values as words.

import { locale, lookup, t } from '../messages/index.svelte';
import { rt } from '../messages/results/index.svelte';
import type { Cell } from '../state/facets';
import type { RangeFilter } from '../state/results-view';
import { humanize } from './name';
import { formatValue } from './number';
import { containerText, fieldName, judgeName, labelName, targetName } from './words';

export const targetText = (key: string): string => {
  const cut = key.indexOf('=');
  return cut < 0 ? fieldName(key) : targetName(key.slice(0, cut), key.slice(cut + 1));
};

export const facetName = (key: string): string =>
  key.startsWith('field.') ? fieldName(key.slice('field.'.length)) : lookup(rt().facets, key, humanize);

const same = (key: string): string => key;

export function valueName(facet: string, value: string): string {
  switch (facet) {
    case 'state':
      return lookup(rt().states, value, same);
    case 'coverage':
      return lookup(rt().coverages, value, same);
    case 'failure':
      return lookup(t().failure, value, same);
    case 'warning':
      return lookup(rt().warnings, value, same);
    case 'scored':
    case 'unscored':
      return judgeName(value);
    case 'codec': {
      const [container = '', codec = ''] = value.split(' ');
      return containerText(container, codec);
    }
    case 'cell': {
      const [judge = '', cell = '', ...target] = value.split('~');
      return `${judgeName(judge)}, ${targetText(target.join('~'))}: ${lookup(rt().cells, cell, same)}`;
    }
    default:
      return value === 'yes' ? t().clip.yes : value === 'no' ? t().clip.no : labelName(value);
  }
}

export const cellName = (cell: Cell): string => rt().cells[cell];

export function rangeName({ judge, low, high }: RangeFilter): string {
  const words = rt().view;
  const number = (value: number): string => formatValue(value, locale());
  const name = judgeName(judge);
  if (low !== null && high !== null) return words.range(name, number(low), number(high));
  return low !== null ? words.rangeFrom(name, number(low)) : words.rangeBelow(name, number(high ?? 0));
}
