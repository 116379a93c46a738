import I386
import MinixABI
import Trace

/// A fault as a sequence diagram in Mermaid's language.
public struct MermaidTrace {
  private let story: FaultStory
  private let view: TraceView

  public init(_ story: FaultStory, _ view: TraceView) { (self.story, self.view) = (story, view) }

  /// The diagram's text.
  public var text: String {
    var lines = ["sequenceDiagram"]
    for who in participants {
      lines.append("  participant \(Self.id(who)) as \(Self.escaped(view.names.name(of: who)))")
    }
    for step in story.steps { lines += arrows(step).map { "  \($0)" } }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Who has a part, in the order in which they come; the kernel is between ring 3 and the servers.
  private var participants: [Endpoint] {
    var all: [Endpoint] = [story.who, .kernel]
    for step in story.steps {
      var parts: [Endpoint] = []
      switch step.what {
      case .message(_, let receiver, _): parts = [step.who, receiver]
      case .kernelCall, .trap, .run: parts = [step.who]
      default: break
      }
      for who in parts where !all.contains(who) { all.append(who) }
    }
    return all
  }

  private func arrows(_ step: TraceStep) -> [String] {
    let (who, kernel) = (Self.id(step.who), Self.id(.kernel))
    let words = Self.escaped(StepText(view: view).words(of: step))
    switch step.what {
    case .trap: return ["\(who)->>\(kernel): \(words)"]
    case .run:
      return step.who == story.who ? ["\(kernel)-->>\(who): goes on"] : []
    case .message(let message, let receiver, let status):
      let text = view.text.message(message, from: step.who, to: receiver, status)
      return ["\(who)->>\(Self.id(receiver)): \(Self.escaped(text))"]
    case .kernelCall(let request):
      return ["\(who)->>\(kernel): \(Self.escaped(view.text.request(request)))"]
    case .kernelResult(let result, _, _): return ["\(kernel)-->>\(who): \(result)"]
    case .flags, .signal: return ["Note over \(kernel): \(words)"]
    case .edit, .walk: return ["Note over \(kernel): \(words)"]
    default: return []
    }
  }

  private static func id(_ who: Endpoint) -> String {
    who.rawValue < 0 ? "k\(-who.rawValue)" : "p\(who.rawValue)"
  }

  /// Mermaid ends a statement at a semicolon, and takes a hash for an entity's beginning.
  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "#": result += "#35;"
      case ";": result += "#59;"
      case "<": result += "#lt;"
      case ">": result += "#gt;"
      default: result.append(character)
      }
    }
  }
}
