export * from './chromium.ts';
export * from './class-page.ts';
export * from './crowd.ts';
export * from './light-client.ts';
export * from './processes.ts';
export * from './product.ts';
export * from './school.ts';
