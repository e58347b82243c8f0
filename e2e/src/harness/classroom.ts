import { seatSchema, sessionSchema, type ClassDetail, type Seat } from '@lectern/contracts';
import { HttpSession, Product, School, type ChromiumOptions, type ProductOptions } from '@lectern/testbed';
import { Person, type Door } from './person.ts';

/** A product of its own with one class, and the people in it: everything ends with `close()`. */
export class Classroom implements Door {
  readonly product: Product;
  readonly school: School;
  readonly planned: ClassDetail;
  readonly #people: Person[] = [];
  readonly #closers: (() => void | Promise<void>)[] = [];

  private constructor(product: Product, school: School, planned: ClassDetail) {
    this.product = product;
    this.school = school;
    this.planned = planned;
  }

  static async build(options: ProductOptions = {}): Promise<Classroom> {
    const product = await Product.start(options);
    try {
      const school = await School.found(product);
      return new Classroom(product, school, await school.planClass());
    } catch (error) {
      await product.stop();
      throw error;
    }
  }

  get url(): string {
    return this.product.url;
  }

  get joinCode(): string {
    return this.planned.joinCode;
  }

  /** The instructor, in the lobby of the class. */
  async instructor(options?: ChromiumOptions): Promise<Person> {
    const person = await this.#person('Ada Lovelace', options);
    await person.join(this, this.school.instructor);
    return person;
  }

  /** A guest who has just clicked on Join. */
  async student(name: string, options?: ChromiumOptions): Promise<Person> {
    const person = await this.visitor(name, options);
    await person.join(this);
    return person;
  }

  /** Somebody whose browser is open and empty. */
  visitor(name: string, options?: ChromiumOptions): Promise<Person> {
    return this.#person(name, options);
  }

  /** A seat of staff beside the instructor's: an account made from an invitation as assistant. */
  async assistantSeat(): Promise<Seat> {
    const assistant = new HttpSession(this.url);
    await assistant.request('POST', '/api/accounts', sessionSchema, {
      name: 'Emmy Noether',
      email: 'emmy@test.example',
      password: 'correct horse battery',
      invitation: new URL(await this.school.invitation('assistant')).pathname.split('/').pop(),
    });
    return assistant.request('POST', `/api/join/${this.joinCode}`, seatSchema, {});
  }

  /** Runs when the classroom closes, before the product ends. */
  onClose(closer: () => void | Promise<void>): void {
    this.#closers.push(closer);
  }

  /** Ends everything, whatever fails on the way; rejects then with what a closer failed with. */
  async close(): Promise<void> {
    const closed = await Promise.allSettled(this.#closers.map(async (closer) => closer()));
    await Promise.allSettled(this.#people.map((person) => person.close()));
    await this.product.stop();
    const failures = closed.filter((ending) => ending.status === 'rejected').map(({ reason }) => reason as unknown);
    if (failures.length > 0) throw new AggregateError(failures, 'the classroom did not close in order');
  }

  async #person(name: string, options?: ChromiumOptions): Promise<Person> {
    const person = await Person.arrive(name, options);
    this.#people.push(person);
    return person;
  }
}
