import { InvalidModelError } from '@profit-sft/core';

/** Why a file is not valid; those without a comment are the names of the reference implementation's (Rust) errors. */
export type SafetensorsReason =
  | 'HeaderTooSmall'
  | 'HeaderTooLarge'
  | 'InvalidHeaderLength'
  | 'InvalidHeader'
  | 'InvalidHeaderDeserialization'
  | 'InvalidOffset'
  | 'TensorInvalidInfo'
  | 'ValidationOverflow'
  | 'MisalignedSlice'
  | 'MetadataIncompleteBuffer'
  /** The file cannot be opened or read. */
  | 'Unreadable'
  /** The file has no tensor of the name that was asked for. */
  | 'TensorNotFound'
  /** The element type cannot be read as floating-point numbers. */
  | 'UnsupportedDtype';

/** A safetensors file that is corrupt, truncated or unreadable; names the file and, where there is one, the tensor. */
export class InvalidSafetensorsError extends InvalidModelError {
  readonly reason: SafetensorsReason;
  readonly tensor: string | undefined;

  constructor(
    file: string,
    reason: SafetensorsReason,
    message: string,
    options?: { tensor?: string; cause?: unknown },
  ) {
    super(file, options?.tensor === undefined ? message : `tensor "${shortened(options.tensor)}" ${message}`, options);
    this.reason = reason;
    this.tensor = options?.tensor;
  }
}

/** A name from the file as it is shown to a person: bounded, without control characters. */
function shortened(name: string): string {
  const printable = JSON.stringify(name).slice(1, -1);
  return printable.length > 120 ? `${printable.slice(0, 119)}…` : printable;
}
