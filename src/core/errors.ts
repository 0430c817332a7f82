/**
 * Base class of every error a user can cause. The message says in full sentences what is wrong,
 * where, and how to fix it; the command line prints it as is, without a stack trace.
 */
export class HandgradError extends Error {
  override get name(): string {
    return this.constructor.name;
  }
}

/** A matrix, a layer or an option has the wrong shape or value. */
export class ShapeError extends HandgradError {}
export class ValueError extends HandgradError {}

/** A computation is no longer finite: the cost is NaN or infinite. */
export class NumericError extends HandgradError {}

/** A data set, a picture or a model on disk cannot be read, or has unexpected contents. */
export class DataError extends HandgradError {}
export class PictureError extends HandgradError {}
export class ModelError extends HandgradError {}

/** A download failed, or its bytes are not the expected ones. */
export class DownloadError extends HandgradError {}

/** A backend does not work on this machine, or could not be set up. */
export class BackendError extends HandgradError {}

/** A hand-written gradient is not the gradient of the cost. */
export class GradientError extends HandgradError {}

/** The functions under check are not a valid forward and backward pass. */
export class CheckError extends HandgradError {}

/** A job failed, or those who share jobs cannot be reached, or do not fit together. */
export class JobError extends HandgradError {}

/** The user stopped the work. */
export class AbortError extends HandgradError {}
