import Foundation
public import Trace

/// The report: one HTML page that needs nothing but itself.
public struct HTMLReport {
  private let trace: TraceFile
  private let progress: (Double) -> Void

  /// - Parameters:
  ///   - trace: what it is about.
  ///   - progress: gets the share that is done, once in a while.
  public init(_ trace: TraceFile, progress: @escaping (Double) -> Void = { _ in }) {
    self.trace = trace
    self.progress = progress
  }

  /// Writes the page.
  public func write(_ output: (String) throws -> Void) throws {
    var builder = ReportBuilder(trace)
    let view = try trace.forEachStep(progress: progress) { step, view in builder.take(step, view) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let json = String(decoding: try encoder.encode(builder.finish(view)), as: UTF8.self)
    try output(ReportPage.head)
    // Nothing in a guest's name can end the element.
    try output(json.replacing("<", with: "\\u003c"))
    try output(ReportPage.tail)
  }
}
