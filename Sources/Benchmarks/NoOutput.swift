import Servers

/// Programs that are measured print nothing that anybody reads.
struct NoOutput: ProgramOutput {
  func write(_ bytes: ArraySlice<UInt8>, to stream: ProgramStream) -> Bool { true }
}
