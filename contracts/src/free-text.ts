import { z } from 'zod';

/** The one character that no database keeps. */
const isKeepable = (text: string) => !text.includes('\0');

/** What somebody writes: trimmed, not empty, at most so many characters. */
export const freeTextSchema = (maxCharacters: number) => z.string().trim().min(1).max(maxCharacters).refine(isKeepable);

/** What somebody looks for; left out and empty alike find everything. */
export const searchTextSchema = (maxCharacters: number) => z.string().max(maxCharacters).refine(isKeepable).default('');
