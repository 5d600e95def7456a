// What the viewer's information panel says of a photo; what is not known is left out.
import type { Photo } from '../api/client';
import { text } from '../strings';
import { asMoment } from './times';

export interface Fact {
  name: string;
  value: string;
  href?: string;
}

const megabyte = 1e6;
const dimension = (width: number, height: number) => `${width} × ${height}`;

export function asBytes(count: number): string {
  return count < megabyte ? `${Math.ceil(count / 1000)} kB` : `${(count / megabyte).toFixed(1)} MB`;
}

// Shorter than a third of a second photographers write as a fraction.
export function asExposure(seconds: number): string {
  return seconds > 0 && seconds < 0.3 ? `1/${Math.round(1 / seconds)} s` : `${Number(seconds.toPrecision(2))} s`;
}

function exposureOf(photo: Photo): string {
  return [
    photo.exposure_seconds != null && asExposure(photo.exposure_seconds),
    photo.f_number != null && `f/${photo.f_number}`,
    photo.iso != null && `ISO ${photo.iso}`,
    photo.focal_length_mm != null && `${photo.focal_length_mm} mm`,
  ]
    .filter(Boolean)
    .join(' · ');
}

// What a camera trap noted of the moment, a fact each.
function trapFactsOf({ trap }: Photo): Fact[] {
  if (!trap) return [];
  const names = text.viewer.facts;
  const words = text.viewer.trap;
  const air = [
    trap.temperature != null && words.degrees(trap.temperature),
    trap.humidity != null && words.humidity(trap.humidity),
    trap.pressure != null && words.pressure(trap.pressure),
  ];
  const trigger = [
    trap.trigger && words.triggers[trap.trigger],
    trap.position != null && trap.count != null && words.place(trap.position, trap.count),
    trap.event != null && words.event(trap.event),
  ];
  const camera = [trap.label, trap.serial, trap.battery_volts != null && words.battery(trap.battery_volts)];
  const all = (parts: (string | false | null)[]) => parts.filter(Boolean).join(' · ');
  return [
    { name: names.air, value: all(air) },
    { name: names.moon, value: trap.moon_phase ? words.moon[trap.moon_phase] : '' },
    { name: names.trigger, value: all(trigger) },
    { name: names.light, value: trap.lit == null ? '' : trap.lit ? words.lit : words.unlit },
    { name: names.trap, value: all(camera) },
  ];
}

export function positionOf({ latitude, longitude, altitude }: Photo): string {
  if (latitude == null || longitude == null) return '';
  const height = altitude == null ? '' : `, ${Math.round(altitude)} m`;
  return `${latitude.toFixed(5)}, ${longitude.toFixed(5)}${height}`;
}

export function factsOf(photo: Photo): Fact[] {
  const names = text.viewer.facts;
  const facts: Fact[] = [
    { name: names.file, value: photo.original_filename || photo.filename },
    { name: names.job, value: photo.job_id ? text.jobs.untitled(photo.job_id) : '', href: `/job/${photo.job_id}` },
    { name: names.uploaded, value: asMoment(photo.uploaded_at) },
    { name: names.size, value: `${dimension(photo.width, photo.height)} px · ${asBytes(photo.file_size)}` },
    { name: names.camera, value: [photo.camera_make, photo.camera_model, photo.lens].filter(Boolean).join(' ') },
    { name: names.exposure, value: exposureOf(photo) },
    ...trapFactsOf(photo),
    { name: names.state, value: photo.error || text.viewer.states[photo.processing_status] },
    { name: names.damage, value: photo.damage ?? '' },
    { name: names.hash, value: photo.sha256 },
  ];
  return facts.filter((fact) => fact.value);
}
