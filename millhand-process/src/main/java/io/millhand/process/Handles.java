package io.millhand.process;

import java.util.Arrays;

/// Numbers objects by their identity, in the order in which they come, from 0. One thread.
@SuppressWarnings("ReferenceEquality") // that is what it is for
final class Handles {

    /// So few are looked through one by one, which needs no hash of theirs.
    private static final int FEW = 8;

    private static final Object[] NONE = {};

    private Object[] objects = NONE;
    private int count;

    /// Open addressing, twice as large as what it holds at least; 1 + the number of an object, or 0.
    private int[] table = {};

    /// Numbers an object unless it has a number.
    ///
    /// @return whether it is new
    boolean add(Object object) {
        if (find(object) >= 0) {
            return false;
        }
        if (count == objects.length) {
            objects = Arrays.copyOf(objects, Math.max(FEW, 2 * count));
        }
        objects[count++] = object;
        if (count > FEW) {
            if (2 * count > table.length) {
                rehash();
            } else {
                insert(count - 1);
            }
        }
        return true;
    }

    /// The number of one that was added.
    int numberOf(Object known) {
        return find(known);
    }

    private int find(Object object) {
        if (count <= FEW) {
            for (int i = 0; i < count; i++) {
                if (objects[i] == object) {
                    return i;
                }
            }
            return -1;
        }
        int slot = slotOf(object);
        while (table[slot] != 0) {
            int number = table[slot] - 1;
            if (objects[number] == object) {
                return number;
            }
            slot = (slot + 1) & (table.length - 1);
        }
        return -1;
    }

    private void rehash() {
        table = new int[8 * FEW > 4 * count ? 8 * FEW : Integer.highestOneBit(count) * 8];
        for (int i = 0; i < count; i++) {
            insert(i);
        }
    }

    private void insert(int number) {
        int slot = slotOf(objects[number]);
        while (table[slot] != 0) {
            slot = (slot + 1) & (table.length - 1);
        }
        table[slot] = number + 1;
    }

    private int slotOf(Object object) {
        int hash = System.identityHashCode(object) * 0x9E3779B9;
        return (hash >>> 8) & (table.length - 1);
    }
}
