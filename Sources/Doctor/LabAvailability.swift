/// Whether the lab can be used on this machine, as whoever knows the lab says.
public struct LabAvailability: Equatable, Sendable, Encodable {
  /// Whether a command would run in it.
  public let available: Bool
  /// Why, or why not, in one line: "QEMU 7.2, Linux 6.1.0-44-amd64".
  public let reason: String
  /// The one thing to do where it is not available.
  public let remedy: String?

  /// A lab that works.
  public static func ready(_ reason: String) -> LabAvailability {
    LabAvailability(available: true, reason: reason, remedy: nil)
  }

  /// A lab that does not, and what would change that.
  public static func unavailable(_ reason: String, remedy: String) -> LabAvailability {
    LabAvailability(available: false, reason: reason, remedy: remedy)
  }

  private enum Key: String, CodingKey {
    case available, reason, remedy
  }

  /// Writes `available`, `reason` and `remedy` (a text or null).
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Key.self)
    try object.encode(available, forKey: .available)
    try object.encode(reason, forKey: .reason)
    try object.encode(remedy, forKey: .remedy)
  }
}
