import {
  classDetailSchema,
  courseSchema,
  linkSchema,
  seatSchema,
  sessionSchema,
  wireErrorSchema,
  type ClassDetail,
  type ClassPlan,
  type ErrorCode,
  type InstitutionChange,
  type Seat,
  ERRORS,
  LecternError,
} from '@lectern/contracts';
import type { z } from 'zod';

const TRIAL_INSTITUTION: InstitutionChange = {
  responsibleBody: 'Test University',
  contact: 'privacy@test.example',
  jurisdiction: 'eu',
  signalMode: 'cohort',
};

const SESSION_COOKIE = /^(?:__Host-)?lectern=/;

/** One person's session over HTTP, its cookie included, as a browser on our own pages would speak. */
export class HttpSession {
  readonly #url: string;
  #cookie = '';

  constructor(url: string) {
    this.#url = url;
  }

  /** `name=value` for a browser's cookie jar. */
  get cookie(): string {
    return this.#cookie;
  }

  /** Sends one request; rejects with the LecternError of the answer. */
  async request<S extends z.ZodType>(method: string, path: string, schema: S, body?: unknown): Promise<z.output<S>> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        origin: this.#url,
        ...(this.#cookie === '' ? {} : { cookie: this.#cookie }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    for (const cookie of response.headers.getSetCookie()) {
      if (SESSION_COOKIE.test(cookie)) this.#cookie = cookie.split(';')[0] ?? '';
    }
    if (!response.ok) throw toError(await response.json());
    return schema.parse(response.status === 204 ? undefined : await response.json());
  }
}

function toError(answer: unknown): Error {
  const parsed = wireErrorSchema.safeParse(answer);
  if (!parsed.success) return new Error(`not an error of the catalogue: ${JSON.stringify(answer)}`);
  const code: ErrorCode = parsed.data.code;
  return new LecternError(code, { cause: ERRORS[code] });
}

/** An instructor with an account and a course, made through the set-up link: where each test begins. */
export class School {
  readonly instructor: HttpSession;
  readonly #url: string;
  readonly courseId: string;

  private constructor(url: string, instructor: HttpSession, courseId: string) {
    this.#url = url;
    this.instructor = instructor;
    this.courseId = courseId;
  }

  static async found(product: { readonly url: string; readonly setUpUrl: string }): Promise<School> {
    const instructor = new HttpSession(product.url);
    const token = new URL(product.setUpUrl).pathname.split('/').pop() ?? '';
    await instructor.request('POST', `/api/set-up/${token}`, sessionSchema, {
      name: 'Ada Lovelace',
      email: 'ada@test.example',
      password: 'correct horse battery',
      institution: TRIAL_INSTITUTION,
    });
    const course = await instructor.request('POST', '/api/courses', courseSchema, { title: 'Mechanics' });
    return new School(product.url, instructor, course.courseId);
  }

  planClass(plan: Partial<ClassPlan> = {}): Promise<ClassDetail> {
    return this.instructor.request('POST', `/api/courses/${this.courseId}/classes`, classDetailSchema, {
      title: 'Moments of inertia',
      ...plan,
    });
  }

  /** A link that makes its holder an assistant or instructor of the course. */
  async invitation(role: 'instructor' | 'assistant'): Promise<string> {
    const link = await this.instructor.request('POST', `/api/courses/${this.courseId}/invitations`, linkSchema, {
      role,
    });
    return link.url;
  }

  /** The instructor's own seat in a class. */
  teach(planned: ClassDetail): Promise<Seat> {
    return this.instructor.request('POST', `/api/join/${planned.joinCode}`, seatSchema, {});
  }

  /** A guest's seat in a class. */
  sitDown({ joinCode }: Pick<ClassDetail, 'joinCode'>, name: string): Promise<Seat> {
    return new HttpSession(this.#url).request('POST', `/api/join/${joinCode}`, seatSchema, { name });
  }
}
