export { JackfieldError, type JsonObject } from '@jackfield/contract';
export type { ExecuteTool, Provider, SessionTool, ToolCallOptions, ToolResult } from './provider.ts';
