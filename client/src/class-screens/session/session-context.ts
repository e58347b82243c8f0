import { createContext } from 'svelte';
import type { ClassSession } from '../../classroom/class-session.svelte.ts';

/** The one class session of the page, for every screen below it. */
export const [classSession, provideClassSession] = createContext<ClassSession>();
