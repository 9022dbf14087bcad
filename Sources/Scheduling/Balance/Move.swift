/// One VM to be moved from one host to another.
public struct Move: Hashable, Sendable {
  /// The VM's name.
  public var vm: String
  /// The host it is on by then.
  public var from: String
  /// The host it goes to.
  public var to: String
  /// Why, with numbers.
  public var why: String
  /// By how much the score falls; below zero for a step that only makes room for another.
  public var gain: Double
  /// Moves of one wave may go on at the same time, each wave when the one before is done; from 1 up.
  public var wave: Int
  /// How long it takes by memory, dirty rate and bandwidth.
  public var seconds: Double

  /// Makes a move.
  public init(
    vm: String, from: String, to: String, why: String, gain: Double = 0, wave: Int = 1, seconds: Double = 0
  ) {
    self.vm = vm
    self.from = from
    self.to = to
    self.why = why
    self.gain = gain
    self.wave = wave
    self.seconds = seconds
  }
}
