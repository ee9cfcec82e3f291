import { sendOnce } from "./parts/once";
import { photos } from "./parts/photos";
import { positions } from "./parts/position";

sendOnce();
photos();
positions();
