import FlightRecorder
import Foundation
import I386
import MinixABI
public import Trace

/// JSON Lines: an object a step, with stable keys.
///
/// Each has `index`, `time` in nanoseconds, `kind`, `who` and `name`; the others depend on the kind.
public struct JSONLinesTrace {
  private let output: (String) throws -> Void
  private let encoder = JSONEncoder()

  /// - Parameter output: gets lines with their ends.
  public init(_ output: @escaping (String) throws -> Void) {
    self.output = output
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  }

  public func show(_ step: TraceStep, _ view: TraceView) throws {
    let line = StepObject(step, view)
    try output(String(decoding: try encoder.encode(line), as: UTF8.self) + "\n")
  }
}

/// One line's object.
private struct StepObject: Encodable {
  private let step: TraceStep
  private let view: TraceView

  init(_ step: TraceStep, _ view: TraceView) { (self.step, self.view) = (step, view) }

  private struct Key: CodingKey {
    let stringValue: String
    let intValue: Int? = nil

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private typealias Container = KeyedEncodingContainer<Key>

  func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Key.self)
    try put("index", step.index, &object)
    try put("time", step.time, &object)
    try put("kind", step.what.kindName, &object)
    try put("text", StepText(view: view).words(of: step), &object)
    if step.who != .none {
      try put("who", step.who.rawValue, &object)
      try put("name", view.names.shortName(of: step.who), &object)
    }
    try putFields(&object)
  }

  private func put(_ key: String, _ value: some Encodable, _ object: inout Container) throws {
    try object.encode(value, forKey: Key(stringValue: key))
  }

  private func putFields(_ object: inout Container) throws {
    switch step.what {
    case .trap(let vector, let errorCode, let eip, let cr2):
      try put("vector", vector.rawValue, &object)
      try put("eip", eip, &object)
      guard vector.isException else { return }
      try put("errorCode", errorCode, &object)
      try put("place", view.places.place(of: eip, in: view.names[step.who]?.image), &object)
      guard vector == .pageFault else { return }
      try put("cr2", cr2, &object)
      try put("fault", view.faultNumber, &object)
    case .run(let directory): try put("directory", directory, &object)
    case .message(let message, let receiver, let status):
      try put("to", receiver.rawValue, &object)
      try put("type", message.type, &object)
      try put("title", view.text.title(message, from: step.who, to: receiver, status), &object)
      try put("words", words(of: message), &object)
      try put("fromKernel", status.isFromKernel, &object)
    case .kernelCall(let request):
      try put("call", MessageText.name(ofCall: request), &object)
      try put("words", words(of: request), &object)
    case .kernelResult(let result, let type, let words):
      try put("result", result.rawValue, &object)
      try put("type", type, &object)
      try put("words", words, &object)
    case .flags(let old, let new):
      try put("from", old.rawValue, &object)
      try put("to", new.rawValue, &object)
    case .signal(let signal): try put("signal", signal.rawValue, &object)
    case .process(_, let parent, _): try put("parent", parent.rawValue, &object)
    case .code(let bytes): try put("bytes", bytes, &object)
    default: try putMemory(&object)
    }
  }

  private func putMemory(_ object: inout Container) throws {
    switch step.what {
    case .edit(let entry, let old, let new, let page, let directory):
      for (key, value) in [
        ("entry", entry), ("from", old), ("to", new), ("page", page), ("directory", directory),
      ] { try put(key, value, &object) }
    case .copiedEntries(let source, let target, let count, let page, let directory, let isReadOnly):
      for (key, value) in [
        ("source", source), ("target", target), ("count", count), ("page", page),
        ("directory", directory),
      ] { try put(key, value, &object) }
      try put("readOnly", isReadOnly, &object)
    case .emptied(let table, _): try put("table", table, &object)
    case .overwritten(let start, let byteCount):
      try put("start", start, &object)
      try put("bytes", byteCount, &object)
    case .region(let start, let byteCount, let flags, let isNew, let directory):
      try put("start", start, &object)
      try put("bytes", byteCount, &object)
      try put("flags", flags, &object)
      try put("new", isNew, &object)
      try put("directory", directory, &object)
    case .walk(let address, let directory, let first, let place, let second):
      for (key, value) in [
        ("address", address), ("directory", directory), ("pde", first), ("pteAddress", place),
        ("pte", second),
      ] { try put(key, value, &object) }
    case .pages(let start, let count, let flags, let directory):
      for (key, value) in [
        ("start", start), ("count", count), ("flags", flags), ("directory", directory),
      ] { try put(key, value, &object) }
    default: break
    }
  }

  /// The nine words of a message.
  private func words(of message: Message) -> [UInt32] { (0..<9).map { message.words[$0] } }
}

extension TraceStep.What {
  /// The step's kind as machine-readable outputs and filters call it.
  public var kindName: String {
    switch self {
    case .trap(let vector, _, _, _): vector == .pageFault ? "fault" : "trap"
    case .run: "run"
    case .message: "message"
    case .kernelCall: "kernelCall"
    case .kernelResult: "kernelResult"
    case .flags: "flags"
    case .edit: "edit"
    case .copiedEntries: "copiedEntries"
    case .emptied: "emptied"
    case .overwritten: "overwritten"
    case .region: "region"
    case .signal: "signal"
    case .process: "process"
    case .walk: "walk"
    case .code: "code"
    case .pages: "pages"
    }
  }
}
