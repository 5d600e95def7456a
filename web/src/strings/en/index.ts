export * from './accounts';
export * from './common';
export * from './grid';
export * from './jobs';
export * from './photos';
export * from './shell';
export * from './tray';
export * from './viewer';
