/** The encoded packets of a clip's video track in order of decoding. */

import { EncodedPacketSink, type EncodedPacket, type InputVideoTrack } from 'mediabunny';

export class TrackPackets {
  private readonly sinks: EncodedPacketSink[];

  /** `tracks`: the same track in one file, or in parts of a file that follow one another. */
  constructor(tracks: readonly InputVideoTrack[]) {
    this.sinks = tracks.map((track) => new EncodedPacketSink(track));
  }

  /** All packets without their bytes. */
  listed(): AsyncGenerator<EncodedPacket, void, undefined> {
    return this.walk({ metadataOnly: true });
  }

  /** All packets from the first one on that can be decoded on its own. Ends where the file's bytes do. */
  decodable(): AsyncGenerator<EncodedPacket, void, undefined> {
    return this.walk({ metadataOnly: false });
  }

  private async *walk(options: { metadataOnly: boolean }): AsyncGenerator<EncodedPacket, void, undefined> {
    let started = options.metadataOnly;
    for (const sink of this.sinks) {
      // A container may mark a packet as a key packet that is none; a decoder must not be started with it.
      let packet = await (started ? sink.getFirstPacket(options) : sink.getFirstKeyPacket({ verifyKeyPackets: true }));
      while (packet) {
        started = true;
        yield packet;
        packet = await sink.getNextPacket(packet, options);
      }
    }
  }
}
