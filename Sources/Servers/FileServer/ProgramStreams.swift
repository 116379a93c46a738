/// Which of a program's two outputs.
public enum ProgramStream: Sendable {
  /// Descriptor 1.
  case output
  /// Descriptor 2.
  case error
}

/// Where programs' output goes.
public protocol ProgramOutput {
  /// Writes bytes, all of them.
  ///
  /// - Returns: false if they could not be written: the program gets EIO.
  func write(_ bytes: ArraySlice<UInt8>, to stream: ProgramStream) -> Bool
}

/// Where programs' input comes from: descriptor 0 of all of them.
public protocol ProgramInput {
  /// Reads what there is, and waits if there is nothing yet.
  ///
  /// - Parameter count: how many bytes are wanted, at least one.
  /// - Returns: at most that many; none at the end; nil if they could not be read: the program gets EIO.
  func read(upTo count: Int) -> [UInt8]?
}
