/** Puts the model beside the built code: `pnpm model`. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { bundledModel, modelFiles, modelSource } from '../model-folder.ts';

const notice = `all-MiniLM-L6-v2 by sentence-transformers, https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2
Apache License 2.0. Converted to ONNX with weights of 8 bits: https://huggingface.co/Xenova/all-MiniLM-L6-v2
`;

mkdirSync(new URL('onnx/', bundledModel), { recursive: true });
for (const file of modelFiles) copyFileSync(new URL(file, modelSource()), new URL(file, bundledModel));
writeFileSync(new URL('NOTICE', bundledModel), notice);
