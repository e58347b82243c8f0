/** What stands in THIRD_PARTY_NOTICES for a package that ships no text of its own, or one that says more than is ours to say. */
interface KeptLicence {
  /** Where holder and licence were read. */
  readonly source: string;
  readonly text: string;
}

const MIT_TERMS = `Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.`;

const ISC_TERMS = `Permission to use, copy, modify, and/or distribute this software for any
purpose with or without fee is hereby granted, provided that the above
copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES
WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF
MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY
SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER
RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF
CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN
CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.`;

function mit(holder: string, source: string, more = ''): KeptLicence {
  return { source, text: `MIT License\n\nCopyright (c) ${holder}\n\n${MIT_TERMS}${more}` };
}

const ONNX_RUNTIME = mit(
  '2018 - present Microsoft Corporation',
  'https://github.com/microsoft/onnxruntime/blob/main/LICENSE',
  '\n\nIts WebAssembly contains works of others; their texts stand in\n' +
    'https://github.com/microsoft/onnxruntime/blob/v1.30.0/ThirdPartyNotices.txt',
);

/** By package. Each is to be read again when the package is updated: its version stands in what is printed. */
export const KEPT_LICENCES: Readonly<Record<string, KeptLicence>> = {
  '@mediapipe/tasks-vision': {
    source: 'package.json, and https://github.com/google-ai-edge/mediapipe/blob/master/LICENSE',
    text: `Copyright The MediaPipe Authors

Licensed under the Apache License, Version 2.0, whose text stands in the file LICENSE of Lectern.
Its WebAssembly is built from https://github.com/google-ai-edge/mediapipe and the works that its WORKSPACE names,
TensorFlow Lite and XNNPACK among them.`,
  },
  'abstract-logging': mit('James Sumners', 'Readme.md, which leads to http://jsumners.mit-license.org/'),
  'data-uri-to-buffer': mit('2014 Nathan Rajlich <nathan@tootallnate.net>', 'README.md'),
  'guid-typescript': {
    source: 'package.json, which names author and licence; https://github.com/NicolasDeveloper/guid-typescript',
    text: `ISC License\n\nCopyright (c) Nicolas\n\n${ISC_TERMS}`,
  },
  'is-reference': mit('Rich Harris', 'package.json, which names author and licence, and README.md'),
  'locate-character': mit('Rich Harris', 'package.json, which names author and licence, and README.md'),
  'onnxruntime-common': ONNX_RUNTIME,
  'onnxruntime-web': ONNX_RUNTIME,
  'pg-types': mit('2014 Brian M. Carlson', 'README.md'),
  pgpass: mit('2013-2016 Hannes Hörl', 'README.md'),
  // The rest of its text is of what builds the app, and stays with the builder.
  vite: mit('2019-present, VoidZero Inc. and Vite contributors', 'LICENSE.md'),
};
