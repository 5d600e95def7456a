import { startServer } from './api/support/server.mjs';
const server = await startServer();
const ada = await server.as('administrator', 'ada');
const cam = (await ada.post('/api/v1/cameras', { name: 'c', driver: 'simulated', address: 'scene:belt?seed=7' })).body;
const st = (await ada.post('/api/v1/stations', { name: 's', camera_id: cam.id, trigger: { source: 'software' }, recipe: {} })).body;
let s;
for (let i = 0; i < 200; i++) { s = (await ada.get(`/api/v1/stations/${st.id}`)).body; if (s.status.armed) break; await new Promise(r => setTimeout(r, 50)); }
console.log(JSON.stringify(s.status));
console.log((await ada.post('/api/ml/store-image-id', { image_id: 'A-1', station: st.id })).status);
console.log((await ada.post(`/api/v1/stations/${st.id}/trigger`)).status);
for (let i = 0; i < 10; i++) { await new Promise(r => setTimeout(r, 500)); console.log(JSON.stringify((await ada.get(`/api/v1/stations/${st.id}/triggers`)).body), JSON.stringify((await ada.get(`/api/v1/stations/${st.id}`)).body.status)); }
console.log(server.log.slice(-3000));
await server.stop();
