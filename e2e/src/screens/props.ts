import { writeFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';

const WIDTH = 640;
const HEIGHT = 360;

/** Draws the camera's picture: somebody in front of a wall, in flat shapes. Runs in the page. */
function drawCamera([width, height]: readonly [number, number]): number[] {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  const wall = context.createLinearGradient(0, 0, width, height);
  wall.addColorStop(0, '#b9c4cf');
  wall.addColorStop(1, '#8797a8');
  context.fillStyle = wall;
  context.fillRect(0, 0, width, height);
  const shape = (colour: string, draw: () => void): void => {
    context.fillStyle = colour;
    context.beginPath();
    draw();
    context.fill();
  };
  const middle = width / 2;
  shape('#5b6b7a', () => {
    context.rect(width * 0.06, height * 0.1, width * 0.26, height * 0.42);
  });
  shape('#2f4d73', () => {
    context.ellipse(middle, height * 1.12, width * 0.27, height * 0.46, 0, 0, 7);
  });
  shape('#c99a7c', () => {
    context.rect(middle - width * 0.045, height * 0.5, width * 0.09, height * 0.2);
  });
  shape('#3a2d28', () => {
    context.ellipse(middle, height * 0.36, width * 0.125, height * 0.27, 0, 0, 7);
  });
  shape('#dcb092', () => {
    context.ellipse(middle, height * 0.4, width * 0.1, height * 0.22, 0, 0, 7);
  });
  for (const side of [-1, 1])
    shape('#3a2d28', () => {
      context.ellipse(middle + side * width * 0.037, height * 0.385, width * 0.0085, height * 0.017, 0, 0, 7);
    });
  context.strokeStyle = '#a5563f';
  context.lineWidth = 4;
  context.lineCap = 'round';
  context.beginPath();
  context.arc(middle, height * 0.455, width * 0.034, 0.25 * Math.PI, 0.75 * Math.PI);
  context.stroke();
  return [...context.getImageData(0, 0, width, height).data];
}

/** Writes a one-frame Y4M file that Chromium plays as a camera. */
export async function writeCamera(page: Page, path: string): Promise<void> {
  const rgba = await page.evaluate(drawCamera, [WIDTH, HEIGHT] as const);
  const header = Buffer.from(`YUV4MPEG2 W${String(WIDTH)} H${String(HEIGHT)} F15:1 Ip A1:1 C420jpeg\nFRAME\n`);
  await writeFile(path, Buffer.concat([header, toI420(rgba)]));
}

/** Full-range BT.601, chroma taken from every other pixel. */
function toI420(rgba: readonly number[]): Buffer {
  const at = (x: number, y: number): readonly [number, number, number] => {
    const index = (y * WIDTH + x) * 4;
    return [rgba[index] ?? 0, rgba[index + 1] ?? 0, rgba[index + 2] ?? 0];
  };
  const luma: number[] = [];
  const blue: number[] = [];
  const red: number[] = [];
  for (let y = 0; y < HEIGHT; y += 1)
    for (let x = 0; x < WIDTH; x += 1) {
      const [r, g, b] = at(x, y);
      luma.push(0.299 * r + 0.587 * g + 0.114 * b);
      if (x % 2 === 1 || y % 2 === 1) continue;
      blue.push(128 - 0.169 * r - 0.331 * g + 0.5 * b);
      red.push(128 + 0.5 * r - 0.419 * g - 0.081 * b);
    }
  return Buffer.from([...luma, ...blue, ...red].map((value) => Math.min(255, Math.max(0, Math.round(value)))));
}

/** Lets the page share a drawn slide: Chromium's own stand-in for a screen is a green dial. Before the page loads. */
export async function lendSlide(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const width = 1280;
    const height = 720;
    const draw = (context: CanvasRenderingContext2D): void => {
      context.fillStyle = '#fbfaf7';
      context.fillRect(0, 0, width, height);
      const write = (text: string, x: number, y: number, font: string, colour: string): void => {
        context.font = font;
        context.fillStyle = colour;
        context.fillText(text, x, y);
      };
      const serif = '"Liberation Serif", Georgia, serif';
      write('Any axis, not only the middle', 80, 130, '600 48px "Liberation Sans", Arial', '#1d2733');
      write('Turn a body about an axis at distance d', 80, 280, `30px ${serif}`, '#1d2733');
      write('from its centre of mass:', 80, 322, `30px ${serif}`, '#1d2733');
      write('I = I₀ + m d ²', 80, 416, `italic 56px ${serif}`, '#1f4e94');
      write('The farther the axis, the harder it turns.', 80, 510, `30px ${serif}`, '#1d2733');
      write('14', 1190, 680, '22px "Liberation Sans", Arial', '#6b747d');
      context.lineWidth = 3;
      context.strokeStyle = '#1d2733';
      context.fillStyle = '#dfe8f4';
      context.beginPath();
      context.ellipse(960, 500, 230, 56, 0, 0, 7);
      context.fill();
      context.stroke();
      context.setLineDash([10, 9]);
      context.beginPath();
      context.moveTo(960, 220);
      context.lineTo(960, 500);
      context.stroke();
      context.setLineDash([]);
      context.lineWidth = 6;
      context.strokeStyle = '#1f4e94';
      context.beginPath();
      context.moveTo(1090, 220);
      context.lineTo(1090, 512);
      context.stroke();
      write('d', 1016, 268, `italic 34px ${serif}`, '#1d2733');
    };
    navigator.mediaDevices.getDisplayMedia = () => {
      const canvas = Object.assign(document.createElement('canvas'), { width, height });
      const context = canvas.getContext('2d');
      if (!context) return Promise.reject(new Error('no canvas'));
      // A canvas that is not drawn on sends nothing.
      setInterval(() => {
        draw(context);
      }, 200);
      draw(context);
      return Promise.resolve(canvas.captureStream(5));
    };
  });
}
