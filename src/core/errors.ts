/**
 * Every error that a user can cause. The message names the thing, says what is wrong with it and
 * how to cure it, in sentences: the command line prints it as it is, without a stack trace.
 */
export class HandgradError extends Error {
  override get name(): string {
    return this.constructor.name;
  }
}

/** A matrix, a layer or an option has the wrong shape or value. */
export class ShapeError extends HandgradError {}
export class ValueError extends HandgradError {}

/** The numbers left the finite ones: a cost that is NaN or infinite. */
export class NumericError extends HandgradError {}

/** A data set, a picture or a model on disk cannot be read, or is not what it should be. */
export class DataError extends HandgradError {}
export class PictureError extends HandgradError {}
export class ModelError extends HandgradError {}

/** A download failed, or brought other bytes than expected. */
export class DownloadError extends HandgradError {}

/** A backend does not work on this machine, or could not be set up. */
export class BackendError extends HandgradError {}

/** A hand-written gradient is not the gradient of the cost. */
export class GradientError extends HandgradError {}

/** The functions under check do not do what a forward or a backward pass does. */
export class CheckError extends HandgradError {}

/** The user stopped the work. */
export class AbortError extends HandgradError {}
