import { inflateSync } from 'node:zlib';

/*
 * Files that other libraries wrote: pyarrow 26.0.1 with the index of pandas 3.1.1, and h5py 3.16.0. Deflated, in base64.
 */

const file = (packed: string): Uint8Array => inflateSync(Buffer.from(packed, 'base64'));

/** width 1.5, 2.5, 3.5, 4.5 and kind a, b, a, b, with the index 3, 5, 7, 9 */
export const snappyParquet = file(
  'eNqFks9OwkAQxmfbbdk2HJA4G5pw6AE2kgABE4gHEqvnHohHL02FJhARakHwETwaYowP5SN49CE8Oi3VaIhxs9nZzO5v' +
    'vm//DM8uusjRw76PAqEM4AIYjH+cGgUB3LNErehB1soeAh5ipUkbS2iiWaWkXdNoFEzT34Hq0LJPIa1j1xithOlwRWAZ' +
    '5S/Qcncg0+1M/+Rbn+tgMTCsggeFnTJYefzXgOP3oGIuR5PoJkQT0K5rFWMzHa8mgEWa8+vpfFwHPyWRU+IgCCgT3Qez' +
    'aB3Ngk4QgBRO1RkoqKLt9MAsOXkF1KSQz0w+MnWpRKOZnhO11FOJwqBhOgoE1U3JYk5mehk4kbF6ZeqF7YGk9xPlObrv' +
    '7MvAlqk3TT1of1uQT7oUSsitDkduHCa3d9GqNYrjVpgki427jpLldDF3j/vtTrvrDOg2dh3O6bmG9CU+AakKSJ0=',
);

/** the same without the index, compressed by gzip */
export const gzipParquet = file(
  'eNoLcAwyFGURdRD18BHlEGUQYmCQ7+ZgAAEm5uQEhkb5bwldjUcZnT47ZCqyM2RGbcxUAMqJMoiKiNroAHUIiLKJsskw' +
    'oGhLSkh4kJCSVHeIgWFNsOASLpAGFqAGCx8ghWZFSkKCRwqLkCdD8TebQC6I0UKiVviNTnnGxJB2gLOLE2yypI0pgwRb' +
    'cXJGam6iKAuDKJcqkwRreWZKSQaDKA+QzZKdmZeiyuADMkqMQ1JGUkeNQUaUS9KUgU1AEqpSlEWMQ2wao9gxRrUcNQ5N' +
    'HZBDRZlAjhEAUjaabJJqDCBHgHTyQHWCzQVrzBDbwqi2iEntHCOGTqCFML1i/xjFONQ4xH4xMWgoFCQWFZamlugmFxTo' +
    'JhYV5ZcrlKUWFWfm5ykYmekZ6BlK6gCdC3LxAyAOAEYSALYUSwM=',
);

/** compressed by zstd */
export const zstdParquet = file(
  'eNplkTFLw0AUx99d03CGDCH4jh5kyGCPFtJqhToVjKOQofoNYhtIENuYVvslpKOfw0E3Byc/h4Oru4vFl5i69ODeuwf/' +
    '3//94cZnlwM0MMQoQoHgAnReDn98/wvgCarzfQpGCHb4N7khh/C9uUbAfdQBMQ6aaHpQg9YFAKdBMN74BHImVUTt37kU' +
    'MBLEZbkiGxcPdm32zrc2rGGhoUZDaJmLSZrcxGgAWm3eaq6y6TIFtOltXGezaRuikpdCeSrQ4KGlhmA6qlaiLYV8ZPKZ' +
    '6VyLblCGQg5UHGqjrqk0COJL0q7JyrcCU/nA9IbpV7ZD0sItKzdMCi3kG4eOn8fF7V2y7E3yvBcXxXzl3yfFIpvP/OOT' +
    '/lF/oAKKWyb+oDumf/gFuns+5g==',
);

/** X = 10 · arange(24) as (2, 2, 2, 3), >f8; y = [1, 0], >i4 */
export const bigEndianH5 = file(
  'eNrr9HBx4+WS4mIAAQ4OBhYGAQZk8B8KAthR+TD5BCjNCKU7oPQKJpg4I1hOAiouCDUfXV1IkKsrSPV/NACz5wMLhEZ1' +
    '3SgYKcDD1TEAREdA+bD0dIIJVR1MvhItXTqQaS8jAyvEDEYY3wNCs0AEYNaj08w4xNHlmYE+AZkkqGjPwAF1qQk3g8l/' +
    'qAJWoChInomJCWwhB9TnzIwG0BxxgAF7CNAWOKhAaRMobQelXaC0J5T2g9KBDRA6BMoPg/IjofxoKD8Oyk+AxJhDIlQ8' +
    'CeJPhxSofCpUPg0qnw6Vz4TKZ0Hls6HyORD5YD9/F0ZgLHBA/aHAjN+fsPLGgm00D+LPF5B0ycjIiCO9C4CVCnAyMEAS' +
    'rgKB9O0BrXE40GyeMHiDBAgA6GBFtQ==',
);

/** X as bytes; y = [True, False] */
export const booleanH5 = file(
  'eNrr9HBx4+WS4mIAAQ4OBhYGAQZk8B8KFrGh8mHyCVCaEUp3QOkVTDBxRrCcBFRcEGo+urqQIFdXkOr/aABmjwcLhEZ1' +
    '3SgYKcDD1TEAREdA+bD0dIIJVR1MvhItXTqQaS8jAyvEDEYY3wNCs0AEYNaj08w4xNHlmYEpmhGariEmcoBJViAN4jMx' +
    'MTFCRCE+ZmY0YEENAfScSGPAJSKnYWTjFhCVklfR1DNtwaot+05cuvMs2M/fhRHoOw6oMgVm/MbA8vEE1tG0jT+9QeKZ' +
    'kZERRzrSgJSvTBAtAhyIdOTm6BPsCi5bQ11hmQF3ulrAhmoyDFQMcHgAAKGrPRs=',
);

/** images as bytes; labels = ['hund', 'kätzchen'], of any length */
export const stringsH5 = file(
  'eNrr9HBx4+WS4mIAAQ4OBhYGAQZk8B8KDoih8mHyCVCaEUp3QOkVTDBxRrCcBFRcEGo+urqQIFdXkOr/aABmjwcLhEZ1' +
    '3SgYKcDD1TEAREdA+bD0dIIJVV1mbmJ6ajEDQ05iUmpOMSJdOpBpLyMDK8QMRhjfA0KzQARg1qPTzDjE0eWZgSmaEZqu' +
    'ISZygElWIA3iMzExMUJEIT5mZjRgQQ0B9JxIY8AlIqdhZOMWEJWSV9HUM23Bqi37Tly68yzYz9+FEeg7DqgyBWb8xsDy' +
    '8QTW0bSNP71B4pmRkRFHOpIAK5UEygvgTUcMaOloARs0ptBc0DGowgOU2A+wIfzMicQHecjd2d+HESlBwfI7J5TOPryk' +
    'pCo5IzUPLdygmYghozQvBdm+HfyjaXAUjIJRMApGwSgYBaNgFIyCUTAKRsEoGGwAAM90SI4=',
);
