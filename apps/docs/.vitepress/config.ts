import { defineConfig } from 'vitepress';
import { apiSidebar } from './api-sidebar.ts';
import { figures } from './figures.ts';

const guide = {
  text: 'Guide',
  items: [
    { text: 'Getting started', link: '/guide/getting-started' },
    { text: 'Coming from Keras or PyTorch', link: '/guide/coming-from' },
    { text: 'Choosing a backend', link: '/guide/backends' },
    { text: 'Layers', link: '/guide/layers' },
    { text: 'Models of any shape', link: '/guide/functional' },
    { text: 'Optimizers and schedules', link: '/guide/optimizers' },
    { text: 'Losses and metrics', link: '/guide/losses-and-metrics' },
    { text: 'Callbacks', link: '/guide/callbacks' },
    { text: 'Data', link: '/guide/data' },
    { text: 'Augmentation', link: '/guide/augmentation' },
    { text: 'Saving and resuming', link: '/guide/saving' },
    { text: 'Models from elsewhere', link: '/guide/interop' },
    { text: 'Half precision', link: '/guide/precision' },
    { text: 'Errors and debugging', link: '/guide/debugging' },
    { text: 'Deployment targets', link: '/guide/deployment' },
    { text: 'The command line', link: '/guide/command-line' },
    { text: 'Benchmarks', link: '/guide/benchmarks' },
    { text: 'Trained for real', link: '/guide/trained' },
    { text: 'Names from elsewhere', link: '/guide/coverage' },
  ],
};

const course = {
  text: 'From neuron to network',
  link: '/course/',
  items: [
    { text: 'One neuron', link: '/course/neuron' },
    { text: 'Losses', link: '/course/losses' },
    { text: 'Gradient descent', link: '/course/gradient-descent' },
    { text: 'Backpropagation', link: '/course/backpropagation' },
    { text: 'Better steps', link: '/course/optimizers' },
    { text: 'Initial weights', link: '/course/signals' },
    { text: 'Overfitting', link: '/course/regularization' },
    { text: 'Convolutional networks', link: '/course/cnn' },
    { text: 'How good is it?', link: '/course/metrics' },
    { text: 'Looking inside', link: '/course/inside' },
    { text: 'Transfer learning', link: '/course/transfer' },
  ],
};

const extend = {
  text: 'Extending Nabla',
  items: [
    { text: 'Writing a layer', link: '/extend/layer' },
    { text: 'Writing an op', link: '/extend/op' },
    { text: 'Writing an optimizer', link: '/extend/optimizer' },
    { text: 'Writing a backend', link: '/extend/backend' },
    { text: 'Writing a plugin', link: '/extend/plugin' },
  ],
};

export default defineConfig({
  title: 'Nabla',
  description:
    'Deep learning in TypeScript: Keras manners, one compiled graph per training step, backends you can swap.',
  lang: 'en',
  base: process.env.DOCS_BASE ?? '/',
  cleanUrls: true,
  srcExclude: ['README.md'],
  markdown: { math: true, config: (markdown) => figures(markdown as never) },
  head: [
    [
      'link',
      {
        rel: 'icon',
        href: "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><path d='M3 4h26L16 29z' fill='%2324659b'/></svg>",
      },
    ],
  ],
  themeConfig: {
    nav: [
      { text: 'Guide', link: '/guide/getting-started', activeMatch: '^/(guide|extend)/' },
      { text: 'Course', link: '/course/', activeMatch: '^/course/' },
      { text: 'API', link: '/api/', activeMatch: '^/api/' },
      { text: 'Live demo', link: '/demo' },
    ],
    sidebar: {
      '/guide/': [guide, course, extend],
      '/course/': [course, guide, extend],
      '/extend/': [extend, guide, course],
      '/api/': apiSidebar(),
    },
    outline: { level: [2, 3] },
    search: { provider: 'local' },
    notFound: {
      title: 'There is no such page',
      quote: 'It may have another name by now: the search above looks through all pages.',
      linkText: 'To the first page',
    },
    docFooter: { prev: 'Before', next: 'Next' },
  },
  transformPageData: (page) => {
    // The reference is looked things up in, not read from front to back.
    if (page.relativePath.startsWith('api/')) Object.assign(page.frontmatter, { prev: false, next: false });
  },
  vite: {
    // The pages run from the sources of the packages, as the tests do.
    resolve: { conditions: ['@nablajs/source'] },
    worker: { format: 'es' },
    build: { target: 'es2022', chunkSizeWarningLimit: 2000 },
  },
});
